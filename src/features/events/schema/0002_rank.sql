-- How many are better than a new score: counted in its transaction, so it must not read the whole board.
CREATE INDEX entries_by_official ON entries (event, official) WHERE on_board;
