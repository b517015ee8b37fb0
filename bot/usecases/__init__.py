"""What Lotse does, one transaction each: converse, casework, deliver, forget and more.

Use cases are plain synchronous functions that receive a unit of work through the
Protocols of `ports`. They know the engine, never a database, a web page or Telegram.
"""
