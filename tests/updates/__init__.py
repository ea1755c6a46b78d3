"""What updates do to learners: edits of a deck as data, learners on real engines, and the table."""
