"""The reader as torch sees it: the trunk, scores for the answer's first and last token, and one for relevance."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn
from transformers import AutoModel

from training.reader.rows import Batch
from training.tagger.model import Thinned

NEARNESS = 10.0
"""How much the cosine of question and context counts at first."""


class ReaderModel(nn.Module):
    """Cross-encoder: question and context attend to each other in every layer.

    Relevance starts out as what the trunk was made for, the cosine of the two texts' mean vectors, and learns what to
    add to it: with a few thousand questions that goes further than to learn relevance from nothing.

    The word vectors stay as they are: a few thousand questions touch few of the 30,000, and moving those alone would
    break them off from the rest.
    """

    def __init__(self, trunk: str, dropout: float = 0.05) -> None:
        super().__init__()
        self.trunk = AutoModel.from_pretrained(
            trunk, add_pooling_layer=False, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
        )
        self.trunk.embeddings.word_embeddings.weight.requires_grad = False
        width = self.trunk.config.hidden_size
        self.spans = nn.Linear(width, 2)
        self.pooled = nn.Linear(3 * width, width)
        self.relevance = nn.Linear(width, 1)
        self.nearness = nn.Parameter(torch.tensor(NEARNESS))
        nn.init.constant_(self.relevance.bias, -NEARNESS / 2)
        self.trunk.encoder.layer = nn.ModuleList(Thinned(layer, dropout) for layer in self.trunk.encoder.layer)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """(rows, tokens) thrice to span scores (rows, tokens, 2) and relevance (rows,)."""
        hidden = self.trunk(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state
        question = mean(hidden, mask - types)
        context = mean(hidden, types)
        pooled = torch.tanh(self.pooled(torch.cat([hidden[:, 0], question, context], dim=-1)))
        near = F.cosine_similarity(question.float(), context.float(), dim=-1)
        return self.spans(hidden), self.relevance(pooled).squeeze(-1) + self.nearness * near


def mean(hidden: torch.Tensor, chosen: torch.Tensor) -> torch.Tensor:
    """(rows, tokens, width) to (rows, width), over the tokens where ``chosen`` is 1."""
    weights = chosen.unsqueeze(-1).to(hidden.dtype)
    return (hidden * weights).sum(1) / weights.sum(1)


def span_loss(scores: torch.Tensor, batch: Batch) -> torch.Tensor | None:
    """Minus the log-probability that the answer begins, and ends, at any of the marked tokens."""
    known = batch.first.any(-1)
    if not known.any():
        return None
    open_ = batch.types.bool()
    open_[:, 0] = True
    logs = F.log_softmax(scores.masked_fill(~open_[..., None], -1e4)[known], dim=1)
    right = torch.stack([batch.first, batch.last], dim=-1)[known]
    return -logs.masked_fill(~right, -1e4).logsumexp(1).mean()


def relevance_loss(scores: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Minus the log-probability of each right context among its group's wrong ones and the answer "in none of these".

    "None" always scores 0. So one loss ranks the contexts of a question against each other, teaches to abstain (in a
    group without a right context "none" is right), and is plain binary cross-entropy for a context on its own, as
    SQuAD's are.
    """
    count = int(batch.group.max()) + 1
    member = batch.group[None, :] == torch.arange(count)[:, None]
    wrong = torch.where(member & ~batch.relevant[None, :], scores[None, :], torch.tensor(-1e4))
    none = torch.cat([torch.zeros(count, 1), wrong], dim=1).logsumexp(1)
    right = torch.logaddexp(scores, none[batch.group]) - scores
    abstaining = member.any(1) & ~(member & batch.relevant[None, :]).any(1)
    return torch.cat([right[batch.relevant], none[abstaining]]).mean()
