"""`python -m console` is `huiying`."""

from console.cli import main

main()
