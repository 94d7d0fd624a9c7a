"""The page for the public: a web application of its own, with no route of the console in it."""
