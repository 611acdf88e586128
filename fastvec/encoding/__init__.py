"""From text to the encoded corpus on disk that every model trains from."""
