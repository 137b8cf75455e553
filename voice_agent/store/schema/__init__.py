"""The tables, migration by migration. A released statement is never edited."""
