"""What a person should know first: readable rules over concepts, words and the envelope."""

from collections.abc import Container, Mapping

from inbox_agent.message import Message
from inbox_agent.understanding.drafts import Draft
from inbox_agent.understanding.numbers import has_private_number
from inbox_agent.understanding.passages import Passage
from inbox_agent.understanding.reading import Flag, Language, RequestType
from inbox_agent.understanding.regulators import Regulators

# Concepts of the lexicon that are flags in themselves; outside a request they mean nothing.
_BY_CONCEPT = {
    flag.value: flag
    for flag in (
        Flag.LEGAL_THREAT,
        Flag.REGULATOR,
        Flag.AGENT,
        Flag.DECEASED,
        Flag.MINOR,
        Flag.PHISHING,
        Flag.QUESTIONNAIRE,
        Flag.NEGATION,
    )
}


def flags_of(
    message: Message,
    draft: Draft,
    regulators: Regulators,
    *,
    asserted: Mapping[RequestType, float],
    possible: bool,
) -> set[Flag]:
    flags = {flag for flag, raised in _envelope(message, draft, asserted).items() if raised}
    if regulators.among(message.recipients):
        flags.add(Flag.REGULATOR)
    concepts = {concept for passage in (draft.subject, *draft.passages) for concept in passage.concepts}
    if possible:
        flags |= {flag for concept, flag in _BY_CONCEPT.items() if concept in concepts}
    if any(_takes_back(passage) for passage in draft.passages):
        flags.add(Flag.NEGATION)
    if _needs_person(flags, asserted):
        flags.add(Flag.NEEDS_PERSON)
    return flags


def _envelope(message: Message, draft: Draft, asserted: Mapping[RequestType, float]) -> dict[Flag, bool]:
    return {
        Flag.REPLY_TO_DIFFERS: message.reply_to_differs and message.form_sender is None,
        Flag.PHISHING: message.imitation is not None,
        Flag.OTHER_LANGUAGE: draft.language is Language.OTHER,
        Flag.NOTHING_LEFT: not any(passage.words for passage in draft.passages) and not asserted,
        Flag.ID_NUMBER: has_private_number(message.text) or has_private_number(message.subject),
    }


_TAKEN_BACK = frozenset({"erase", "close", "give"})
_WHAT_IS_ASKED_ABOUT: Container[str] = frozenset({"account", "personal_data"})
_WORDS_BETWEEN = 4


def _takes_back(passage: Passage) -> bool:
    """ "Do not delete my account": a negated action right before what it would act on."""
    return any(
        passage.mentions[index].concept in _TAKEN_BACK and _acts_on_own(passage, index)
        for index in passage.negated
    )


def _acts_on_own(passage: Passage, index: int) -> bool:
    action = passage.mentions[index]
    return any(
        mention.concept in _WHAT_IS_ASKED_ABOUT and 0 <= mention.first - action.last <= _WORDS_BETWEEN
        for mention in passage.mentions
    )


def _needs_person(flags: set[Flag], asserted: Mapping[RequestType, float]) -> bool:
    return RequestType.CHILD_DATA in asserted or not flags.isdisjoint(
        {Flag.LEGAL_THREAT, Flag.REGULATOR, Flag.AGENT, Flag.DECEASED, Flag.MINOR}
    )
