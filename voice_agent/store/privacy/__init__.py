"""How long personal data are kept, and how they are erased: in every table, in the full text, in the file itself."""
