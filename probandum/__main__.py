"""The entry point of the command ``probandum``."""

from probandum.cli import app


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
