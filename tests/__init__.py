"""Tests of Lotse; the folders mirror those of the package `bot`."""
