"""The pure part: what follows from what. No IO, no clock, no chance, no language.

Read `advance` first. The rest: `interview` (which question, which cards), `rules`
(conditions), `replies` (typed text), `urgent` (danger), `hours` (due times), and the
screens that turn a state into messages.
"""
