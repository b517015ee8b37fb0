"""The history of the schema: one module a revision, in `versions`."""
