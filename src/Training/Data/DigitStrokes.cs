namespace Mnist.Distributed.Training.Data;

/// <summary>
/// The ways to write each digit. A variant is a list of strokes. A stroke is the control polygon of
/// a quadratic B-spline: the curve starts at the first point, ends at the last point and touches
/// the middle of every inner edge. Two equal points in a row make a sharp corner.
/// </summary>
/// <remarks>
/// Units are pixels from the centre of the image before distortion, x to the right and y downwards.
/// </remarks>
internal static class DigitStrokes
{
    /// <summary>Points, indexed by [digit][variant][stroke][point].</summary>
    internal static readonly (double X, double Y)[][][][] Variants =
    [
        [ // 0: closed oval; loop overshooting at the top; narrow with a tail inside
            [[(0, -9), (-7, -9), (-7, 9), (7, 9), (7, -9), (0, -9)]],
            [[(2, -8), (-6, -10), (-8, 9), (4, 11), (9, -7), (0, -10), (-3, -7)]],
            [[(1, -9), (-5, -9), (-5, 9), (5, 9), (5, -9), (-1, -9)]],
        ],
        [ // 1: bar; flag; flag and foot; lightly bent bar
            [[(0, -9), (0, 9)]],
            [[(-4, -5), (0, -9), (0, -9), (0, 9)]],
            [[(-4, -6), (0, -9), (0, -9), (0, 9)], [(-4, 9), (4, 9)]],
            [[(1, -9), (-1, 0), (1, 9)]],
        ],
        [ // 2: round with a flat foot; looped foot; wavy foot
            [[(-6, -5), (-5, -10), (6, -11), (7, -2), (-1, 4), (-6, 9), (-6, 9), (6, 9)]],
            [[(-6, -5), (-3, -10), (6, -11), (6, 0), (-1, 9), (-7, 10), (-6, 4), (0, 6), (3, 9), (7, 8)]],
            [[(-5, -7), (0, -11), (8, -8), (4, 2), (-6, 9), (-6, 9), (0, 7), (6, 9)]],
        ],
        [ // 3: two bows; flat top; rounded waist
            [[(-5, -7), (-2, -10), (7, -11), (6, -1), (-1, -1), (-1, -1), (8, -2), (8, 11), (-3, 10), (-6, 6)]],
            [[(-5, -9), (5, -9), (5, -9), (-1, -2), (-1, -2), (8, -4), (8, 10), (-2, 10), (-6, 7)]],
            [[(-5, -7), (0, -11), (8, -7), (3, 0), (-2, -1), (-1, -2), (9, 0), (6, 11), (-2, 10), (-6, 6)]],
        ],
        [ // 4: open; closed in one stroke; open and round
            [[(-4, -9), (-6, 2), (-6, 2), (6, 2)], [(3, -6), (2, 9)]],
            [[(3, 9), (3, -9), (3, -9), (-6, 3), (-6, 3), (7, 3)]],
            [[(-5, -8), (-8, 4), (0, 3), (5, 0)], [(5, -9), (4, 0), (3, 9)]],
        ],
        [ // 5: one stroke; separate roof; soft corners
            [[(5, -9), (-4, -9), (-4, -9), (-5, -1), (-5, -1), (0, -4), (8, -2), (6, 10), (-2, 10), (-6, 7)]],
            [[(-4, -9), (-4, -1), (-4, -1), (6, -5), (9, 5), (2, 11), (-6, 8)], [(-4, -9), (5, -9)]],
            [[(6, -8), (-1, -10), (-6, -6), (-3, -1), (7, -2), (6, 9), (-1, 10), (-6, 8)]],
        ],
        [ // 6: curved neck; straight neck
            [[(4, -9), (-5, -7), (-8, 9), (2, 11), (8, 6), (5, 0), (-2, -1), (-5, 5)]],
            [[(1, -9), (-6, 0), (-6, 10), (3, 11), (8, 4), (1, -2), (-5, 4)]],
        ],
        [ // 7: plain; crossed; serif and bent leg
            [[(-6, -8), (6, -8), (6, -8), (-2, 9)]],
            [[(-6, -8), (6, -8), (6, -8), (-2, 9)], [(-3, 0), (5, 0)]],
            [[(-6, -5), (-6, -8), (-6, -8), (6, -8), (6, -8), (0, 0), (-1, 9)]],
        ],
        [ // 8: one crossing stroke; two stacked loops
            [[(4, -6), (2, -11), (-6, -10), (-6, -3), (5, 1), (8, 8),
              (0, 11), (-8, 8), (-5, 1), (6, -3), (5, -7), (3, -9)]],
            [[(0, -9), (-6, -9), (-6, -1), (6, -1), (6, -9), (0, -9)],
             [(0, -1), (-7, -1), (-7, 9), (7, 9), (7, -1), (0, -1)]],
        ],
        [ // 9: straight leg; hooked leg
            [[(5, -5), (3, -10), (-6, -10), (-7, 0), (2, 1), (5, -5), (5, -5), (4, 9)]],
            [[(5, -6), (0, -12), (-8, -6), (-4, 1), (3, 0), (5, -6), (5, -6), (7, 4), (3, 11), (-4, 8)]],
        ],
    ];
}
