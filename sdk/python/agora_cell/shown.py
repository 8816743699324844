"""Values in forms that pages can show: PNG, SVG, HTML and plain text, as long as there is room for them."""

import io
import sys

from agora_cell.channel import LARGEST

FORMS = (("image/png", "_repr_png_"), ("image/svg+xml", "_repr_svg_"), ("text/html", "_repr_html_"))


class Shower:
    def __init__(self, say, most_bytes):
        self.say = say
        self.most_bytes = most_bytes
        self.begin()

    def begin(self):
        self.left = self.most_bytes
        self.left_out = 0
        self.count = 0

    def show_all(self, *values):
        """Shows values where a request is still running: `display(a, b)`."""
        for value in values:
            self.show(value)

    def show(self, value):
        forms = [(kind, form_of(value, method)) for kind, method in FORMS]
        forms.append(("text/plain", repr(value)))
        self.say_forms((kind, form) for kind, form in forms if form)

    def show_figures(self):
        """Open figures of matplotlib, which are then closed, as notebooks do it."""
        pyplot = sys.modules.get("matplotlib.pyplot")
        for number in pyplot.get_fignums() if pyplot else ():
            file = io.BytesIO()
            pyplot.figure(number).savefig(file, format="png", bbox_inches="tight")
            self.say_forms([("image/png", file.getvalue())])
        if pyplot:
            pyplot.close("all")

    def say_forms(self, forms):
        self.count += 1
        for kind, form in forms:
            data = form.encode("utf-8", "backslashreplace") if isinstance(form, str) else bytes(form)
            if not 0 < len(data) <= self.left:
                self.left_out += len(data) > 0
                continue
            self.left -= len(data)
            for at in range(0, len(data), LARGEST - 1):
                self.say(b"p" + data[at:at + LARGEST - 1])
            self.say(f"s{self.count} {kind}".encode())


def form_of(value, method):
    """What the value's own method makes of it; a class, or an object that answers to every name, has no form."""
    if isinstance(value, type) or not hasattr(type(value), method):
        return None
    form = getattr(value, method)()
    return form if isinstance(form, (str, bytes)) else None
