"""Texts in Chinese and English: one file a subject, over the vocabulary of all."""

from layers.words.vocabulary import Vocabulary, Words, in_front, tier_name, words_of

__all__ = ["Vocabulary", "Words", "in_front", "tier_name", "words_of"]
