"""The operators an ONNX file may be made of: those of trees, linear models and nets on rows of numbers.

Named one by one, since what is not known may never end: `TfIdfVectorizer` takes as many turns as its file says. Those
that hold a graph (`If`, `Loop`, `Scan`, `SequenceMap`) or draw lots are not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_LOTS = "Bernoulli Multinomial RandomNormal RandomNormalLike RandomUniform RandomUniformLike"
DRAWING_LOTS = frozenset(_LOTS.split())
"""They give other numbers each time."""

_NUMBERS = """
Abs Acos Acosh Add And ArgMax ArgMin Asin Asinh Atan Atanh BitShift BitwiseAnd BitwiseNot BitwiseOr BitwiseXor Cast
CastLike Ceil Clip Cos Cosh CumSum Div Einsum Equal Erf Exp Floor Gemm Greater GreaterOrEqual IsInf IsNaN Less
LessOrEqual Log MatMul Max Mean Min Mod Mul Neg Not Or Pow Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp
ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Round Sign Sin Sinh Sqrt Sub Sum Tan Tanh TopK
Where Xor
"""
_SHAPES = """
Compress Concat Constant ConstantOfShape Expand EyeLike Flatten Gather GatherElements GatherND Identity NonZero OneHot
Pad Range Reshape ScatterElements ScatterND Shape Size Slice Split Squeeze Tile Transpose Trilu Unsqueeze
"""
_NETS = """
Attention AveragePool BatchNormalization Celu Conv DequantizeLinear Dropout DynamicQuantizeLinear Elu GRU Gelu
GlobalAveragePool GlobalMaxPool GroupNormalization HardSigmoid HardSwish Hardmax InstanceNormalization LRN LSTM
LayerNormalization LeakyRelu LogSoftmax LpNormalization MatMulInteger MaxPool MeanVarianceNormalization Mish PRelu
QLinearConv QLinearMatMul QuantizeLinear RMSNormalization RNN Relu Selu Shrink Sigmoid Softmax Softplus Softsign Swish
ThresholdedRelu
"""
_LEARNT = """
ArrayFeatureExtractor Binarizer FeatureVectorizer Imputer LabelEncoder LinearClassifier LinearRegressor Normalizer
OneHotEncoder SVMClassifier SVMRegressor Scaler TreeEnsembleClassifier TreeEnsembleRegressor ZipMap
"""
_STANDARD = frozenset(f"{_NUMBERS} {_SHAPES} {_NETS}".split())

OPERATORS: Mapping[str, frozenset[str]] = MappingProxyType(
    {"": _STANDARD, "ai.onnx": _STANDARD, "ai.onnx.ml": frozenset(_LEARNT.split())}
)
"""By domain. The first two are one."""
