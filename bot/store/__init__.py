"""Where conversations, tickets and deliveries are kept: SQL databases and a twin in memory."""
