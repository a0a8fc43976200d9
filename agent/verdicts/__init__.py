"""What becomes of one claim: when it is reopened, how it ends, how sure its verdict is."""
