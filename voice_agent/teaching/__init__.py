"""A site teaches its judge: drafts of the phrase book tried on stored calls, and a model that learns from reviewers' decisions."""
