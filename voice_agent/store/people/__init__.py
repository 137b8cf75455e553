"""Who works here and who may see what: clerks, postings, the hierarchy, users, sessions, the audit, news."""
