"""The pages where staff, reviewers and supervisors work: starlette and jinja2 over the store's own functions, no SQL here."""
