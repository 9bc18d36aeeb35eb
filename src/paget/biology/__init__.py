"""Biology: small exact models of why some disease is limited, and the virtual patient; it takes numbers."""

from paget.biology.chart import Drawing
from paget.biology.parameter_files import ParameterSet, parameters

__all__ = ["Drawing", "ParameterSet", "parameters"]
