import numpy as np

from ..fast_layers import conv_backward_fast, conv_forward_fast, max_pool_backward_fast, max_pool_forward_fast
from ..layers import affine_backward, affine_forward, relu_backward, relu_forward, softmax_loss


class ThreeLayerConvNet:
    def __init__(
        self,
        input_dim=(3, 32, 32),
        num_filters=32,
        filter_size=7,
        hidden_dim=100,
        num_classes=10,
        weight_scale=1e-3,
        reg=0.0,
        dtype=np.float32,
    ):
        self.reg, self.dtype = reg, dtype
        C, *image = input_dim
        self.conv = {"stride": 1, "pad": (filter_size - 1) // 2}
        self.pool = {"pool_height": 2, "pool_width": 2, "stride": 2}
        size = [(s + 2 * self.conv["pad"] - filter_size + 1) // 2 for s in image]
        draw = lambda *shape: (weight_scale * np.random.standard_normal(shape)).astype(dtype)
        self.params = dict(
            W1=draw(num_filters, C, filter_size, filter_size),
            b1=np.zeros(num_filters, dtype),
            W2=draw(num_filters * np.prod(size), hidden_dim),
            b2=np.zeros(hidden_dim, dtype),
            W3=draw(hidden_dim, num_classes),
            b3=np.zeros(num_classes, dtype),
        )

    def loss(self, X, y=None):
        p = self.params
        a, c1 = conv_forward_fast(X.astype(self.dtype), p["W1"], p["b1"], self.conv)
        r, c2 = relu_forward(a)
        m, c3 = max_pool_forward_fast(r, self.pool)
        h, c4 = affine_forward(m, p["W2"], p["b2"])
        h, c5 = relu_forward(h)
        s, c6 = affine_forward(h, p["W3"], p["b3"])
        if y is None:
            return s
        loss, d = softmax_loss(s, y)
        g = {}
        d, g["W3"], g["b3"] = affine_backward(d, c6)
        d, g["W2"], g["b2"] = affine_backward(relu_backward(d, c5), c4)
        _, g["W1"], g["b1"] = conv_backward_fast(relu_backward(max_pool_backward_fast(d, c3), c2), c1)
        for k in g:
            if k[0] == "W":
                loss = loss + 0.5 * self.reg * np.linalg.norm(p[k]) ** 2
                g[k] = g[k] + self.reg * p[k]
        return loss, g
