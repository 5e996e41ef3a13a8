"""The page in English."""
