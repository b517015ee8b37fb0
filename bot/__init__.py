"""Lotse: first-contact advice for newcomers, and the handover to a caseworker."""
