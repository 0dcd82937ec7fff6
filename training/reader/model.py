"""The reader as torch sees it: the trunk, scores for the answer's first and last token, relevance, agreement."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn
from transformers import AutoConfig, AutoModel

from training.reader.rows import Batch
from training.tagger.model import Thinned
from training.trunk import TRUNK

NEARNESS = 10.0
"""How much the cosine of question and context counts at first."""


AS_TRAINED = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0, "attn_implementation": "eager"}
"""Nothing dropped but by ``Thinned``; torch's fused attention takes half again as long to train on short rows."""


def pretrained(folder: Path) -> Any:
    """The trunk in ``folder``."""
    return AutoModel.from_pretrained(str(folder), add_pooling_layer=False, **AS_TRAINED)


def blank(layers: int) -> Any:
    """A trunk as the bundled one, of so many layers, that has learnt nothing."""
    config = AutoConfig.from_pretrained(str(TRUNK), num_hidden_layers=layers, **AS_TRAINED)
    return AutoModel.from_config(config, add_pooling_layer=False)


class ReaderModel(nn.Module):
    """Cross-encoder: question and context attend to each other in every layer.

    Relevance starts out as what the trunk was made for, the cosine of the two texts' mean vectors, and learns what to
    add to it: with a few thousand questions that goes further than to learn relevance from nothing.

    The word vectors stay as they are: a few thousand questions touch few of the 30,000, and moving those alone would
    break them off from the rest.
    """

    def __init__(self, trunk: Any, dropout: float = 0.05) -> None:
        super().__init__()
        self.trunk = trunk
        self.trunk.embeddings.word_embeddings.weight.requires_grad = False
        width = self.trunk.config.hidden_size
        self.spans = nn.Linear(width, 2)
        self.pooled = nn.Linear(3 * width, width)
        self.relevance = nn.Linear(width, 1)
        self.agreement = nn.Linear(width, 1)
        self.nearness = nn.Parameter(torch.tensor(NEARNESS))
        nn.init.constant_(self.relevance.bias, -NEARNESS / 2)
        self.trunk.encoder.layer = nn.ModuleList(Thinned(layer, dropout) for layer in self.trunk.encoder.layer)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """(rows, tokens) thrice to span scores (rows, tokens, 2), relevance (rows,) and agreement (rows,)."""
        hidden = self.trunk(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state
        question = mean(hidden, mask - types)
        context = mean(hidden, types)
        pooled = torch.tanh(self.pooled(torch.cat([hidden[:, 0], question, context], dim=-1)))
        near = F.cosine_similarity(question.float(), context.float(), dim=-1)
        relevance = self.relevance(pooled).squeeze(-1) + self.nearness * near
        return self.spans(hidden), relevance, self.agreement(pooled).squeeze(-1)


def loaded(state: dict[str, torch.Tensor], dropout: float = 0.05) -> ReaderModel:
    """The reader whose weights ``state`` holds."""
    layers = {name.split(".")[3] for name in state if name.startswith("trunk.encoder.layer.")}
    model = ReaderModel(blank(len(layers)), dropout)
    model.load_state_dict(state)
    return model


def mean(hidden: torch.Tensor, chosen: torch.Tensor) -> torch.Tensor:
    """(rows, tokens, width) to (rows, width), over the tokens where ``chosen`` is 1."""
    weights = chosen.unsqueeze(-1).to(hidden.dtype)
    return (hidden * weights).sum(1) / weights.sum(1)


def within(scores: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Log-probabilities of span scores (rows, tokens, 2) over the context's tokens and position 0, "not here"."""
    open_ = batch.types.bool()
    open_[:, 0] = True
    return F.log_softmax(scores.masked_fill(~open_[..., None], -1e4), dim=1)


def span_loss(scores: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Minus the log-probability that the answer begins, and ends, at any of the marked tokens; 0 where none is."""
    right = torch.stack([batch.first, batch.last], dim=-1)
    found = within(scores, batch).masked_fill(~right, -1e4).logsumexp(1).mean(-1)
    known = batch.first.any(-1)
    return -(found * known).sum() / known.sum().clamp(min=1)


ALONE = 0.5
"""Weight of the relevance of a context that does not compete with others."""


def competing(scores: torch.Tensor, batch: Batch) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Log of the summed weight of "none" and the wrong contexts by group, the groups' weights, which have an answer."""
    count = int(batch.group[-1]) + 1
    member = batch.group[None, :] == torch.arange(count, device=scores.device)[:, None]
    wrong = torch.where(member & ~batch.relevant[None, :], scores[None, :], -1e4)
    none = torch.cat([torch.zeros(count, 1, device=scores.device), wrong], dim=1).logsumexp(1)
    sizes = member.sum(1)
    return none, torch.where(sizes > 1, 1.0, ALONE) * (sizes > 0), (member & batch.relevant[None, :]).any(1)


def relevance_loss(scores: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Minus the log-probability of each right context among its group's wrong ones and the answer "in none of these".

    "None" always scores 0. So one loss ranks the contexts of a question against each other, teaches to abstain (in a
    group without a right context "none" is right), and is plain binary cross-entropy for a context on its own, as
    SQuAD's are.
    """
    none, weights, answered = competing(scores, batch)
    right = (torch.logaddexp(scores, none[batch.group]) - scores) * batch.relevant
    silent = weights * ~answered
    total = (right * weights[batch.group]).sum() + (none * silent).sum()
    return total / (batch.relevant.sum() + (silent > 0).sum())


def agreement_loss(scores: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Binary cross-entropy where it is known whether the context agrees; 0 where none is."""
    return _where_known(scores, batch.agrees.clamp(min=0).float(), batch)


def _where_known(scores: torch.Tensor, meant: torch.Tensor, batch: Batch) -> torch.Tensor:
    known = batch.agrees >= 0
    found = F.binary_cross_entropy_with_logits(scores, meant, reduction="none")
    return (found * known).sum() / known.sum().clamp(min=1)


def copying_loss(
    scores: tuple[torch.Tensor, ...], teachers: list[tuple[torch.Tensor, ...]], batch: Batch
) -> torch.Tensor:
    """How far spans, relevance and agreement are from the mean of what the teachers say of them (cross-entropies)."""
    spans, relevance, agreement = scores
    meant = torch.stack([within(t[0], batch).exp() for t in teachers]).mean(0)
    out = -(meant * within(spans, batch)).sum(1).mean()
    near = torch.stack([t[1].sigmoid() for t in teachers]).mean(0)
    out = out + F.binary_cross_entropy_with_logits(relevance, near)
    agreed = torch.stack([t[2].sigmoid() for t in teachers]).mean(0)
    return out + _where_known(agreement, agreed, batch)
