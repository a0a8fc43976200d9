"""The laboratory: measurements of Probandum that are no part of the product, one command each."""
