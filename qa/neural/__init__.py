"""The models behind Protocols: embedder, tagger, reader, and the weights they load."""
