"""Pages of administrators: users, roster, hierarchy, phrase book, audit, retention."""
