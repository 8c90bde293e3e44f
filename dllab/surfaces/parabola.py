"""One weight: w² − 10w + 25, which ends at w = 5."""

from __future__ import annotations

from dllab.surfaces.surface import Surface, Trial

_ALONE = ("gradient_descent",)

PARABOLA = Surface(
    key="parabola",
    name="One weight",
    formula="J = w² − 10w + 25 = (w − 5)²",
    about="The smallest cost there is: one weight, one minimum, at w = 5.",
    cost=lambda points: (points[..., 0] - 5.0) ** 2,
    gradient=lambda points: 2 * points - 10,
    start=(0.0,),
    view=((-1.5, 11.5),),
    minima=((5.0,),),
    goal=1e-4,
    contour=(0.5, 1.5),
    learning_rates={
        "gradient_descent": 0.4,
        "momentum": 0.1,
        "nesterov": 1.0,
        "rmsprop": 0.7,
        "adam": 0.2,
        "adamw": 0.2,
    },
    trials=(
        Trial(
            "Gradient descent, α = 0.1",
            "Every step leaves 1 − 2α = 0.8 of the distance to w = 5. On the logarithmic axis the "
            "cost falls in a straight line.",
            _ALONE,
            {"learning_rate": 0.1},
            steps=40,
        ),
        Trial(
            "α = 0.01, a thousand steps",
            "The classic first program of a deep learning framework: w ends at 5, to seven digits.",
            _ALONE,
            {"learning_rate": 0.01},
            steps=1000,
        ),
        Trial(
            "α = 0.5",
            "1 − 2α = 0: one step and it is there. Such an α is one over the curvature.",
            _ALONE,
            {"learning_rate": 0.5},
            steps=10,
        ),
        Trial(
            "α = 0.95",
            "Each step jumps over the minimum and lands on the other side, at 0.9 of the distance. "
            "It still arrives.",
            _ALONE,
            {"learning_rate": 0.95},
            steps=60,
        ),
        Trial(
            "α = 1.05",
            "Each step lands farther away than the one before: it diverges. The cost rises from "
            "the first step on, which in training is the sign to turn α down.",
            _ALONE,
            {"learning_rate": 1.05},
            steps=60,
        ),
        Trial(
            "Everybody",
            "On so round a bowl plain gradient descent is best. Momentum and Adam have gathered "
            "speed when they come to w = 5: they overshoot and swing. (The paths are drawn a "
            "little above each other.)",
            ("gradient_descent", "momentum", "rmsprop", "adam"),
            {"learning_rate": 0.2, "beta2": 0.9},
            steps=160,
        ),
        Trial(
            "AdamW's decay",
            "With a weight decay of 0.25 AdamW ends at w = 4: there α · 0.25 · w, which pulls "
            "towards 0, is as long as Adam's own step α. The cost does not know of it.",
            ("adam", "adamw"),
            {"learning_rate": 0.2, "beta2": 0.9, "weight_decay": 0.25},
            steps=200,
        ),
    ),
)
