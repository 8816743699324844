"""What Schemathesis cannot know by itself: how the pieces of an upload are sent. Loaded by SCHEMATHESIS_HOOKS."""

import schemathesis


@schemathesis.serializer("application/offset+octet-stream")
def piece(_, value):
    return value if isinstance(value, bytes) else str(value).encode()
