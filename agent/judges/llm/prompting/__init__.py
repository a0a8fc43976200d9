"""What a language model is shown: messages, the fence around foreign text, the JSON schema of its reply."""
