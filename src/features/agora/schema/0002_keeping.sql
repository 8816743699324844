-- What is due to go is looked for each second.
CREATE INDEX notifications_read ON notifications (read_at) WHERE read_at IS NOT NULL;
CREATE INDEX notifications_never_read ON notifications (created) WHERE read_at IS NULL;
