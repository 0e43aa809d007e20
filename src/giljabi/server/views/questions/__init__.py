"""Answers of the event log as the explore page draws them, one file per question."""
