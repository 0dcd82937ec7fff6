"""The tagger as torch sees it: one trunk, four heads."""

from __future__ import annotations

import torch
from torch import nn
from transformers import AutoModel

from qa.neural.decoding import ATTRIBUTION, NAMES

ARC = 128


class Arcs(nn.Module):
    """Biaffine scores (Dozat and Manning 2017): for each token, how well each other token is its head."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.dependent = nn.Linear(width, ARC)
        self.head = nn.Linear(width, ARC)
        self.weight = nn.Parameter(torch.empty(ARC, ARC))
        nn.init.orthogonal_(self.weight, gain=0.5)
        self.prior = nn.Linear(ARC, 1)

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """(batch, tokens, width) to (batch, tokens, tokens): row the dependent, column the head."""
        dependent, head = torch.tanh(self.dependent(hidden)), torch.tanh(self.head(hidden))
        scores = dependent @ self.weight @ head.transpose(1, 2)
        return scores + self.prior(head).transpose(1, 2)


class Thinned(nn.Module):
    """A trunk layer whose output channels are dropped for a whole sequence at a time.

    Dropout token by token costs more than the layer itself on a CPU; by channel it is free and regularises as well.
    """

    def __init__(self, layer: nn.Module, rate: float) -> None:
        super().__init__()
        self.layer, self.rate = layer, rate

    def forward(self, *args: object, **named: object) -> torch.Tensor:
        hidden: torch.Tensor = self.layer(*args, **named)
        if not self.training:
            return hidden
        keep = torch.rand(hidden.shape[0], 1, hidden.shape[2], device=hidden.device) >= self.rate
        return hidden * (keep / (1 - self.rate)).to(hidden.dtype)


class TaggerModel(nn.Module):
    """Attribution labels, name labels, arcs from sources and contents to their cue, arcs to an antecedent."""

    def __init__(self, trunk: str, shapes: int, dropout: float = 0.05) -> None:
        super().__init__()
        self.trunk = AutoModel.from_pretrained(
            trunk, add_pooling_layer=False, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
        )
        types = self.trunk.embeddings.token_type_embeddings
        wider = nn.Embedding(shapes, types.embedding_dim)
        wider.weight.data[:] = types.weight.data[0]
        self.trunk.embeddings.token_type_embeddings = wider
        width = types.embedding_dim
        self.attribution = nn.Linear(width, len(ATTRIBUTION))
        self.names = nn.Linear(width, len(NAMES))
        self.links = Arcs(width)
        self.antecedents = Arcs(width)
        self.trunk.encoder.layer = nn.ModuleList(Thinned(layer, dropout) for layer in self.trunk.encoder.layer)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, shapes: torch.Tensor) -> tuple[torch.Tensor, ...]:
        hidden = self.trunk(input_ids=ids, attention_mask=mask, token_type_ids=shapes).last_hidden_state
        return self.attribution(hidden), self.names(hidden), self.links(hidden), self.antecedents(hidden)
