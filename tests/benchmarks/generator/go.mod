module lotse/generator

go 1.22
