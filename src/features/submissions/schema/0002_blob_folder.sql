-- The one folder that holds the blobs which this database names.
CREATE TABLE blob_folder (
  one {{int}} PRIMARY KEY CHECK (one = 1),
  id {{id}} NOT NULL,
  place {{text}} NOT NULL
) {{strict}};
