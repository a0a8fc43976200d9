"""The judge that asks a language model behind any OpenAI-compatible endpoint."""
