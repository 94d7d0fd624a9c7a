"""The ways to the public: each takes a text that has passed its gates, and leaves a record of where it stands."""
