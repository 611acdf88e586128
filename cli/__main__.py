"""``python -m fastvec_cli``."""

from .main import main

main()
