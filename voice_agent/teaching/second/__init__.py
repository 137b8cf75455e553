"""A second opinion, optional and on site: asked about one excerpt at a time, believed only where its quotes occur."""
