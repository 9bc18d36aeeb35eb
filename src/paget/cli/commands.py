"""All commands by name; their options and help stand beside their functions."""

from __future__ import annotations

from cyclopts import App, Parameter

from paget.cli import examples, for_knowing, for_research, for_the_board


def _version() -> str:
    from importlib.metadata import version

    return version("paget")


app = App(
    name="paget",
    help="From one patient's record to a tumour board's decision about metastasectomy or salvage surgery.",
    help_epilogue=examples.PAGET,
    help_format="plaintext",
    version=_version,
    default_parameter=Parameter(negative=(), show_default=lambda value: value or None),
)
knowledge = App(
    name="knowledge",
    help="The rules, thresholds and scores in force, with their sources.",
    help_format="plaintext",
    help_epilogue=examples.RULES,
)
calibration = App(
    name="calibrate",
    help="Published scores on your own data, and virtual patients to open tables; both as proposals.",
    help_format="plaintext",
    help_epilogue=examples.CALIBRATE,
)
app.register_install_completion_command(help="Make the shell complete paget's commands and options.")
app.command(knowledge)
app.command(calibration)
app.command(for_the_board.read, help_epilogue=examples.READ)
app.command(for_the_board.assess, help_epilogue=examples.ASSESS)
app.command(for_the_board.brief, help_epilogue=examples.BRIEF)
app.command(for_the_board.worksheet, help_epilogue=examples.WORKSHEET)
app.command(for_the_board.forecast, help_epilogue=examples.FORECAST)
app.command(for_research.endpoint, help_epilogue=examples.ENDPOINT)
calibration.command(for_research.calibrate_score, name="score", help_epilogue=examples.CALIBRATE)
calibration.command(for_research.calibrate_biology, name="biology", help_epilogue=examples.CALIBRATE_BIOLOGY)
app.command(for_research.study, help_epilogue=examples.STUDY)
app.command(for_research.simulate, help_epilogue=examples.SIMULATE)
knowledge.command(for_knowing.list_, name="list", help_epilogue=examples.LIST)
knowledge.command(for_knowing.show, help_epilogue=examples.SHOW)
knowledge.command(for_knowing.check, help_epilogue=examples.CHECK)
knowledge.command(for_knowing.knowledge_schema, name="schema", help_epilogue=examples.KINDS)
app.command(for_knowing.schema, help_epilogue=examples.SCHEMA)
app.command(for_knowing.doctor, help_epilogue=examples.DOCTOR)
