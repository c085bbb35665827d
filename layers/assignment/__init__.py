"""Answers as columns: what is added to rows of events, in files and in frames."""

from layers.assignment.batches import BatchQuestion, answer_batch
from layers.assignment.columns import answer_columns, coded_columns
from layers.assignment.frame_table import Frame, FrameColumns
from layers.assignment.frames import FrameAnswers, answer_frame, assign_frame
from layers.assignment.part_answers import (
    PartCounts,
    answer_part,
    answered,
    sum_counts,
)
from layers.assignment.question import FrameQuestion
from layers.assignment.rows import EventRows
from layers.assignment.run import EventRun, RunQuestion
from layers.assignment.shipping import load_basis, save_basis

__all__ = [
    "BatchQuestion",
    "EventRows",
    "EventRun",
    "Frame",
    "FrameAnswers",
    "FrameColumns",
    "FrameQuestion",
    "PartCounts",
    "RunQuestion",
    "answer_batch",
    "answer_columns",
    "answer_frame",
    "answer_part",
    "answered",
    "assign_frame",
    "coded_columns",
    "load_basis",
    "save_basis",
    "sum_counts",
]
