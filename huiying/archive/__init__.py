"""The archive 帖文库: posts to search and to count."""
