"""The twelfth migration: which learned model of acts each judgement was made with. Never edit a statement that has been released."""

STATEMENTS = ("ALTER TABLE judgements ADD COLUMN model TEXT NOT NULL DEFAULT ''",)
