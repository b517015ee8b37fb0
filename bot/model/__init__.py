"""Plain, frozen data that every ring shares. Standard library only, no IO."""
