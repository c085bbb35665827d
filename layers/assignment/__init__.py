"""Answers as columns: what is added to rows of events, in files and in frames."""

from layers.assignment.columns import answer_columns, coded_columns
from layers.assignment.frame_table import Frame, FrameColumns
from layers.assignment.frames import FrameAnswers, answer_frame, assign_frame
from layers.assignment.question import FrameQuestion
from layers.assignment.rows import EventRows
from layers.assignment.run import EventRun, RunQuestion

__all__ = [
    "EventRows",
    "EventRun",
    "Frame",
    "FrameAnswers",
    "FrameColumns",
    "FrameQuestion",
    "RunQuestion",
    "answer_columns",
    "answer_frame",
    "assign_frame",
    "coded_columns",
]
