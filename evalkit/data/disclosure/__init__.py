"""Small numbers: hide them, round them, and refuse to publish what gives them away.

A publication is read as linear statements about whole numbers (``statement``); an attacker who knows all of
them and the profile's rule (``attacker``) must not narrow a hidden number further than its profile allows.
"""
