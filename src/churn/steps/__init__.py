"""Thinking: tables and Params in, tables and results out."""
