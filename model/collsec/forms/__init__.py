"""The few shapes that games take."""
