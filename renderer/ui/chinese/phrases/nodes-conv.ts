/** Titles, docs, settings and ports of convolutions and what goes with them. */
import type { Phrases } from '../../translate'

export const nodesConv: Phrases = {
  exact: {
    Conv1D: '一维卷积',
    'Slides small windows of weights along a sequence; each finds its own pattern wherever it stands: in sound, text, measurements.':
      '让小的权重窗口沿序列滑动；每个窗口寻找自己的模式，无论它出现在哪里：声音、文本、测量数据。',
    Filters: '滤波器数',
    'How many patterns are looked for; the channels of the output.': '要寻找多少种模式；也就是输出的通道数。',
    'Kernel size': '卷积核大小',
    'Length of the window.': '窗口的长度。',
    Strides: '步幅',
    'How far the window moves at a time, along the sequence. 2 halves the sequence.':
      '窗口每次沿序列移动多远。2 会使序列长度减半。',
    Dilation: '膨胀率',
    'How far apart the numbers under the window lie, along the sequence. 2 leaves every other one out, so that the window sees further.':
      '窗口内的数沿序列相隔多远。2 表示隔一个取一个，使窗口看得更远。',
    Padding: '填充',
    'same adds zeros at both ends so that stride 1 keeps the length; causal adds them all before, so that no step sees a later one; valid adds none.':
      'same 在两端补零，使步幅为 1 时长度不变；causal 把零全补在前面，使每一步都看不到后面的步；valid 不补零。',
    valid: 'valid（不补零）',
    same: 'same（补零）',
    causal: 'causal（因果）',
    Groups: '分组数',
    'Cuts channels and filters into this many groups that do not see each other: fewer weights, less work.':
      '把通道和滤波器分成这么多互不相见的组：权重更少，计算更少。',
    'Bends the sums.': '让加权和“弯曲”。',
    'Adds one learned number to every filter.': '给每个滤波器加上一个可学习的数。',
    'How the first weights are drawn. He suits relu.': '初始权重怎样抽取。He 适合 relu。',
    'Sequences B × steps × channels.': '序列：B × 步数 × 通道数。',
    'Sequences with one channel a filter.': '序列，每个滤波器一个通道。',
    Conv2D: '二维卷积',
    'Slides small windows of weights over an image; each finds its own pattern wherever it stands. Far fewer weights than Dense.':
      '让小的权重窗口在图像上滑动；每个窗口寻找自己的模式，无论它出现在哪里。权重远比全连接层少。',
    'Height and width of the window.': '窗口的高和宽。',
    'How far the window moves at a time, down and across. 2 halves the image.':
      '窗口每次向下和向右移动多远。2 会使图像缩小一半。',
    'How far apart the numbers under the window lie, down and across. 2 leaves every other one out, so that the window sees further.':
      '窗口内的数在纵向和横向相隔多远。2 表示隔一个取一个，使窗口看得更远。',
    'same adds zeros around the image so that stride 1 keeps its size; valid stays inside and shrinks it.':
      'same 在图像四周补零，使步幅为 1 时大小不变；valid 只停留在图像内部，会使图像缩小。',
    'Images B × height × width × channels.': '图像：B × 高 × 宽 × 通道数。',
    'Images with one channel a filter.': '图像，每个滤波器一个通道。',
    Conv3D: '三维卷积',
    'Slides small windows of weights through a volume; each finds its own pattern wherever it stands: in scans, in video, in simulations.':
      '让小的权重窗口在体积中滑动；每个窗口寻找自己的模式，无论它出现在哪里：医学扫描、视频、模拟数据。',
    'Depth, height and width of the window.': '窗口的深、高、宽。',
    'How far the window moves at a time, in, down and across. 2 halves the volume.':
      '窗口每次沿深度、向下和向右移动多远。2 会使体积缩小一半。',
    'How far apart the numbers under the window lie, in, down and across. 2 leaves every other one out, so that the window sees further.':
      '窗口内的数在深度、纵向和横向相隔多远。2 表示隔一个取一个，使窗口看得更远。',
    'same adds zeros around the volume so that stride 1 keeps its size; valid stays inside and shrinks it.':
      'same 在体积四周补零，使步幅为 1 时大小不变；valid 只停留在体积内部，会使它缩小。',
    'Volumes B × depth × height × width × channels.': '体积：B × 深 × 高 × 宽 × 通道数。',
    'Volumes with one channel a filter.': '体积，每个滤波器一个通道。',
    DepthwiseConv1D: '一维逐通道卷积',
    'Slides small windows along each channel of a sequence by itself and never mixes channels. A Conv1D with a kernel of 1 after it does that.':
      '让小窗口分别沿序列的每个通道滑动，从不混合通道。之后接一个卷积核为 1 的一维卷积，就能混合通道。',
    'same adds zeros around the sequence so that stride 1 keeps its size; valid stays inside and shrinks it.':
      'same 在序列两端补零，使步幅为 1 时大小不变；valid 只停留在序列内部，会使它缩短。',
    'Depth multiplier': '深度乘数',
    'How many patterns are looked for in each channel.': '在每个通道中要寻找多少种模式。',
    'Adds one learned number to every channel of the output.': '给输出的每个通道加上一个可学习的数。',
    'Sequences with as many channels a channel as the multiplier says, those of one side by side.':
      '序列，每个输入通道产生的通道数等于深度乘数，同一通道产生的排在一起。',
    DepthwiseConv2D: '二维逐通道卷积',
    'Slides small windows over each channel of an image by itself and never mixes channels. A 1 × 1 Conv2D after it does that, as in MobileNet.':
      '让小窗口分别在图像的每个通道上滑动，从不混合通道。之后接一个 1 × 1 的二维卷积就能混合通道，MobileNet 就是这样做的。',
    'Images with as many channels a channel as the multiplier says, those of one side by side.':
      '图像，每个输入通道产生的通道数等于深度乘数，同一通道产生的排在一起。',
    SeparableConv1D: '一维可分离卷积',
    'Slides small windows over each channel of a sequence by itself, then mixes the channels at every place: far less work than Conv1D, and nearly as good.':
      '先让小窗口分别在序列的每个通道上滑动，再在每个位置混合各通道：计算量远小于一维卷积，效果几乎一样好。',
    'Depthwise initialiser': '逐通道权重初始化',
    'Pointwise initialiser': '逐点权重初始化',
    SeparableConv2D: '二维可分离卷积',
    'Slides small windows over each channel of an image by itself, then mixes the channels at every place: far less work than Conv2D, and nearly as good.':
      '先让小窗口分别在图像的每个通道上滑动，再在每个位置混合各通道：计算量远小于二维卷积，效果几乎一样好。',
    Conv1DTranspose: '一维转置卷积',
    'Spreads every number of a sequence over a window of learned weights and adds up where windows overlap: a learned way to make sequences longer.':
      '把序列中的每个数铺到一个可学习的权重窗口上，窗口重叠处相加：一种可学习的加长序列的方法。',
    'Length of the window that every number is spread over.': '每个数所铺开的窗口的长度。',
    'How far apart the windows are laid down, along the sequence. 2 makes the output twice as large.':
      '窗口沿序列放置的间隔。2 会使输出变为两倍大。',
    'same cuts the edges off so that the output is stride times as large; valid keeps all that the windows reach.':
      'same 切去边缘，使输出正好是输入的步幅倍；valid 保留窗口触及的全部范围。',
    'Longer sequences with one channel a filter.': '更长的序列，每个滤波器一个通道。',
    Conv2DTranspose: '二维转置卷积',
    'Spreads every number of an image over a window of learned weights and adds up where windows overlap: a learned way to make images larger.':
      '把图像中的每个数铺到一个可学习的权重窗口上，窗口重叠处相加：一种可学习的放大图像的方法。',
    'Height and width of the window that every number is spread over.': '每个数所铺开的窗口的高和宽。',
    'How far apart the windows are laid down, down and across. 2 makes the output twice as large.':
      '窗口在纵向和横向放置的间隔。2 会使输出变为两倍大。',
    'Larger images with one channel a filter.': '更大的图像，每个滤波器一个通道。',
    Conv3DTranspose: '三维转置卷积',
    'Spreads every number of a volume over a window of learned weights and adds up where windows overlap: a learned way to make volumes larger.':
      '把体积中的每个数铺到一个可学习的权重窗口上，窗口重叠处相加：一种可学习的放大体积的方法。',
    'Depth, height and width of the window that every number is spread over.':
      '每个数所铺开的窗口的深、高、宽。',
    'How far apart the windows are laid down, in, down and across. 2 makes the output twice as large.':
      '窗口在深度、纵向和横向放置的间隔。2 会使输出变为两倍大。',
    'Larger volumes with one channel a filter.': '更大的体积，每个滤波器一个通道。',
    ZeroPadding1D: '一维零填充',
    'Adds zeros around a sequence, as many on each side as you say: for a convolution that should see past the edge on one side only.':
      '在序列两端补零，每一端的个数由你决定：适合只想在一侧看到边缘之外的卷积。',
    'Zeros to add before and after, in this order.': '在前面和后面补多少个零，按此顺序。',
    'A longer sequence.': '更长的序列。',
    ZeroPadding2D: '二维零填充',
    'Adds zeros around an image, as many on each side as you say: for a convolution that should see past the edge on one side only.':
      '在图像四周补零，每一边的个数由你决定：适合只想在一侧看到边缘之外的卷积。',
    'Zeros to add at the top, the bottom, the left and the right, in this order.':
      '在上、下、左、右补多少个零，按此顺序。',
    'Larger images.': '更大的图像。',
    ZeroPadding3D: '三维零填充',
    'Adds zeros around a volume, as many on each side as you say: for a convolution that should see past the edge on one side only.':
      '在体积四周补零，每一边的个数由你决定：适合只想在一侧看到边缘之外的卷积。',
    'Zeros to add in front, behind, at the top, the bottom, the left and the right, in this order.':
      '在前、后、上、下、左、右补多少个零，按此顺序。',
    'Larger volumes.': '更大的体积。',
    Cropping1D: '一维裁剪',
    'Cuts the edges of a sequence off, as much on each side as you say: so that it fits beside a smaller one, as in a U-Net.':
      '切去序列的两端，每一端切多少由你决定：使它能与更短的序列并排，就像 U-Net 里那样。',
    Cropping: '裁剪量',
    'How much to cut off before and after, in this order.': '在前面和后面切去多少，按此顺序。',
    'A shorter sequence.': '更短的序列。',
    Cropping2D: '二维裁剪',
    'Cuts the edges of an image off, as much on each side as you say: so that it fits beside a smaller one, as in a U-Net.':
      '切去图像的边缘，每一边切多少由你决定：使它能与更小的图像并排，就像 U-Net 里那样。',
    'How much to cut off at the top, the bottom, the left and the right, in this order.':
      '在上、下、左、右切去多少，按此顺序。',
    'Smaller images.': '更小的图像。',
    Cropping3D: '三维裁剪',
    'Cuts the edges of a volume off, as much on each side as you say: so that it fits beside a smaller one, as in a U-Net.':
      '切去体积的边缘，每一边切多少由你决定：使它能与更小的体积并排，就像 U-Net 里那样。',
    'How much to cut off in front, behind, at the top, the bottom, the left and the right, in this order.':
      '在前、后、上、下、左、右切去多少，按此顺序。',
    'Smaller volumes.': '更小的体积。',
    UpSampling1D: '一维上采样',
    'Makes sequences longer without weights, by repeating every number. A Conv1D after it does what a transposed convolution does.':
      '不用权重，靠重复每个数来加长序列。之后接一个一维卷积，效果与转置卷积相同。',
    Size: '大小',
    'How many times as long the sequence becomes.': '序列变为原来的多少倍长。',
    'Longer sequences with the same channels.': '更长的序列，通道不变。',
    UpSampling2D: '二维上采样',
    'Makes images larger without weights. A Conv2D after it does what a transposed convolution does, without the chequered pattern.':
      '不用权重就放大图像。之后接一个二维卷积，效果与转置卷积相同，却没有棋盘格花纹。',
    'How many times as long the height and the width become.': '高和宽各变为原来的多少倍。',
    Interpolation: '插值',
    'nearest repeats every number; bilinear goes smoothly from one to the next, as Keras and PyTorch (half-pixel centres).':
      'nearest 重复每个数；bilinear 在相邻两数之间平滑过渡，与 Keras 和 PyTorch 相同（半像素中心）。',
    nearest: '最近邻',
    bilinear: '双线性',
    'Larger images with the same channels.': '更大的图像，通道不变。',
    UpSampling3D: '三维上采样',
    'Makes volumes larger without weights, by repeating every number. A Conv3D after it does what a transposed convolution does.':
      '不用权重，靠重复每个数来放大体积。之后接一个三维卷积，效果与转置卷积相同。',
    'How many times as long the depth, the height and the width become.': '深、高、宽各变为原来的多少倍。',
    'Larger volumes with the same channels.': '更大的体积，通道不变。',
    PixelShuffle: '像素重排',
    'Lays the channels of every place out as a small square, so that a convolution can draw a larger image. The channels are in the order of PyTorch.':
      '把每个位置的通道展开成一个小方块，让卷积可以画出更大的图像。通道次序与 PyTorch 相同。',
    'Block size': '块大小',
    'Side of the squares: how many times as high and as wide the image becomes.':
      '方块的边长：图像的高和宽变为原来的多少倍。',
    'Images B × height × width × channels, with a square of channels for each that comes out.':
      '图像：B × 高 × 宽 × 通道数，输出的每个通道对应输入的一方块通道。',
    'Larger images with fewer channels.': '更大的图像，通道更少。',
  },
  patterns: [],
}
